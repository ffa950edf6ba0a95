using Chat.Application.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.Erasing;

public static class ErasureRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>What erases users. Needs the log, the read models, documents and push targets before it.</summary>
        public IServiceCollection AddErasure() => services.AddSingleton<Erasure>().AddHostedService<ErasedAtStart>();
    }
}
