using Chat.Application.Conversations;
using Chat.Infrastructure.Erasing;
using Chat.Infrastructure.Files;
using Chat.Infrastructure.Messaging;
using Chat.Infrastructure.Previews;
using Chat.Infrastructure.Push;
using JasperFx.CodeGeneration;
using Wolverine;

namespace Chat.Api.Hosting;

static class Commands
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Commands are dispatched in this process, and the log is all that must last of them. What is to be done later are durable messages.</summary>
        public void AddCommands() => builder.Host.UseWolverine(options =>
        {
            options.Discovery.IncludeAssembly(typeof(Outcome).Assembly);
            options.ApplicationAssembly = typeof(Commands).Assembly;
            options.UseDurableMessages(builder.Configuration.GetConnectionString("Postgres") ?? "");
            options.UseFileMessages();
            options.UseErasureMessages();
            if (builder.Configuration.PushIsOn) options.UsePushMessages();
            if (builder.Configuration.PreviewsAreOn) options.UsePreviewMessages();
            options.CodeGeneration.GeneratedCodeOutputPath = Path.Combine("obj", "codegen", "Internal");
#if PREGENERATED
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#else
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#endif
        });
    }
}
