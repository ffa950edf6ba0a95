using Chat.Application.Accounts;
using Chat.Infrastructure.Messaging;
using Wolverine;

namespace Chat.Infrastructure.Erasing;

/// <summary>Erasures as durable messages. They are never laid aside: somebody was promised that it will be done.</summary>
public static class ErasureMessaging
{
    const string Queue = "erasures";
    const int AtOnce = 2;

    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    extension(WolverineOptions options)
    {
        /// <summary>Keeps and handles erasures in this process, as durable messages.</summary>
        public void UseErasureMessages() => options.UseDurableQueue<EraseAccount>(Queue, AtOnce, LongestWait);
    }
}
