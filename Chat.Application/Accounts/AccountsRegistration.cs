using Microsoft.Extensions.DependencyInjection;

namespace Chat.Application.Accounts;

public static class AccountsRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Registration and log-in. Needs stores of accounts and sessions beside it.</summary>
        public IServiceCollection AddAccounts()
        {
            services.AddOptions<PasswordOptions>().BindConfiguration(PasswordOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            return services
                .AddSingleton<Passwords>()
                .AddSingleton<Registration>()
                .AddSingleton<SessionStates>()
                .AddSingleton<SignIn>()
                .AddSingleton<ForeignUsers>()
                .AddSingleton<PersonalExport>();
        }
    }
}
