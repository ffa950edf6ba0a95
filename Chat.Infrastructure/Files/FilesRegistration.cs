using Chat.Application.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Infrastructure.Files;

public static class FilesRegistration
{
    extension(IServiceCollection services)
    {
        /// <summary>The store of bytes (S3 where a bucket is configured, else a folder), uploads and what removes them.</summary>
        public IServiceCollection AddFiles(IConfiguration configuration)
        {
            services.AddOptions<FilesOptions>().BindConfiguration(FilesOptions.Section).ValidateDataAnnotations().ValidateOnStart();
            if (configuration["Files:S3:Bucket"] is { Length: > 0 }) services.AddSingleton<IBlobStore, S3BlobStore>();
            else services.AddSingleton<IBlobStore, LocalBlobStore>();
            return services
                .AddSingleton<FileReferences>()
                .AddSingleton<FileRemoval>()
                .AddSingleton<IPersonalFiles>(static provider => provider.GetRequiredService<FileRemoval>())
                .AddSingleton<StagedBytes>()
                .AddSingleton<Uploads>()
                .AddScoped<UploadWriter>()
                .AddSingleton<FilesSweep>()
                .AddHostedService(static provider => provider.GetRequiredService<FilesSweep>());
        }
    }
}
