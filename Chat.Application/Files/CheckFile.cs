using Chat.Domain;

namespace Chat.Application.Files;

/// <summary>Have a look at an upload that is complete: what it is, whether it may be kept. Dispatched durably; doing it twice changes nothing.</summary>
public sealed record CheckFile(FileId File);
