using Chat.Application.Conversations;
using Chat.Application.Log;
using Chat.Application.Receipts;
using Chat.Application.Users;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Application;

public static class ApplicationRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The write path. Needs an event log, personal keys, snapshots and the read models' look-ups beside it.</summary>
        public IServiceCollection AddChatApplication()
        {
            services.AddOptions<StreamOptions>().BindConfiguration(StreamOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.TryAddSingleton(TimeProvider.System);
            return services
                .AddSingleton(EventContract.Current)
                .AddSingleton<EventCodec>()
                .AddSingleton<UserClocks>()
                .AddSingleton<ConversationStreams>()
                .AddSingleton<UserStreams>()
                .AddSingleton<ReceiptStreams>()
                .AddSingleton<ReceiptBuffer>();
        }
    }
}
