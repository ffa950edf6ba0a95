using Chat.Application.Conversations;
using JasperFx.CodeGeneration;
using Wolverine;

namespace Chat.Api.Hosting;

static class Commands
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Commands are dispatched in this process and nothing else: the log is the only thing that must last.</summary>
        public void AddCommands() => builder.Host.UseWolverine(static options =>
        {
            options.Discovery.IncludeAssembly(typeof(Outcome).Assembly);
            options.Durability.Mode = DurabilityMode.MediatorOnly;
            options.ApplicationAssembly = typeof(Commands).Assembly;
            options.CodeGeneration.GeneratedCodeOutputPath = Path.Combine("obj", "codegen", "Internal");
#if PREGENERATED
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
#else
            options.CodeGeneration.TypeLoadMode = TypeLoadMode.Dynamic;
#endif
        });
    }
}
