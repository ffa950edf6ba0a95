using Chat.Application.Previews;
using Chat.Infrastructure.Messaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Chat.Infrastructure.Previews;

public static class PreviewsRegistration
{
    extension(IConfiguration configuration)
    {
        /// <summary>Whether links are looked up: then this server calls hosts that its users name.</summary>
        public bool PreviewsAreOn => configuration.GetValue("Previews:Enabled", false);
    }

    extension(IServiceCollection services)
    {
        /// <summary>What looks links up; whether any is looked up is a matter of AddPreviewsProjection().</summary>
        public IServiceCollection AddPreviews()
        {
            services.TryAddSingleton<Outbox>();
            return services.AddSingleton<IInternet, Internet>().AddSingleton<ILinkReader, WebLinkReader>();
        }
    }
}
