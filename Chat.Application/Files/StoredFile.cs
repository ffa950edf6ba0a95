using Chat.Domain;
using Chat.Domain.Conversations;

namespace Chat.Application.Files;

/// <summary>How far a file has come: bytes arrive, are looked at, and then it may be sent and downloaded, or never.</summary>
public enum FileState { Uploading, Checking, Ready, Rejected }

/// <summary>An upload and what became of it: one row of chat.files.</summary>
/// <param name="Size">Bytes, as declared when it was created; nothing shorter or longer is finished.</param>
/// <param name="Received">Bytes that are durable so far.</param>
/// <param name="DeclaredType">What the uploader said it is; only ever compared with what it is.</param>
/// <param name="MediaType">What the content says it is, once looked at.</param>
/// <param name="Why">The stable code of its rejection.</param>
/// <param name="Blob">Where its bytes are; files of one owner with equal content share it.</param>
/// <param name="DeclaredSha256">What the bytes were said to hash to, where the client puts them into the store itself.</param>
public sealed record StoredFile(
    FileId Id, UserId Owner, string Name, long Size, long Received, string? DeclaredType, FileState State, string? Why,
    string? MediaType, byte[]? Sha256, ImageShape? Image, BlobKey Blob, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt,
    byte[]? DeclaredSha256 = null);
