using Chat.Application.Conversations;
using Chat.Infrastructure.Push;
using JasperFx.CodeGeneration;
using Wolverine;

namespace Chat.Api.Hosting;

static class Commands
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Commands are dispatched in this process, and the log is all that must last of them. Pushes, where they are on, are durable messages.</summary>
        public void AddCommands() => builder.Host.UseWolverine(options =>
        {
            options.Discovery.IncludeAssembly(typeof(Outcome).Assembly);
            options.ApplicationAssembly = typeof(Commands).Assembly;
            if (builder.Configuration.PushIsOn) options.UsePushMessages(builder.Configuration.GetConnectionString("Postgres") ?? "");
            else options.Durability.Mode = DurabilityMode.MediatorOnly;
            options.CodeGeneration.GeneratedCodeOutputPath = Path.Combine("obj", "codegen", "Internal");
#if PREGENERATED
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#else
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#endif
        });
    }
}
