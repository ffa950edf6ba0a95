using Chat.Application.Files;
using Chat.Infrastructure.Images;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.Files;

public static class FileChecksRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>Looking at files that have arrived. Needs a store of blobs beside it.</summary>
        public IServiceCollection AddFileChecks(IConfiguration configuration)
        {
            services.AddOptions<ImageOptions>().BindConfiguration(ImageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            services.AddOptions<ScannerOptions>().BindConfiguration(ScannerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            if (configuration[$"{ScannerOptions.Section}:Address"] is null) services.AddSingleton<IVirusScanner, NoScanner>();
            else services.AddSingleton<IVirusScanner, ClamdScanner>();
            return services
                .AddSingleton<IFileChecks, PostgresFileChecks>()
                .AddSingleton<IImageCleaner, ImageProcess>()
                .AddSingleton<FileCheck>()
                .AddHostedService<OverdueFiles>();
        }
    }
}
