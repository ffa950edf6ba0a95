using Chat.Application.Files;
using Chat.Infrastructure.Messaging;
using Wolverine;

namespace Chat.Infrastructure.Files;

/// <summary>
/// Files that are to be looked at, as durable messages in a queue of their own: a slow picture delays other files at most, and nothing else. A file is
/// given up by its own count of tries.
/// </summary>
public static class FileMessaging
{
    const string Queue = "files";
    const int AtOnce = 2;

    // Less than OverdueFiles.After, so that what waits here is not asked for a second time.
    internal static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles them in this process, as durable messages.</summary>
        public void UseFileMessages() => options.UseDurableQueue<CheckFile>(Queue, AtOnce, LongestWait);
    }
}
