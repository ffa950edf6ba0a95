using System.CommandLine;
using Chat.Infrastructure.ReadModels;
using Microsoft.Extensions.DependencyInjection;

namespace Chat.Projections.Cli;

/// <summary>Names of projections on the command line.</summary>
static class Names
{
    public static Argument<string[]> Some { get; } = Completed(new Argument<string[]>("name") { Description = "Projections, or all.", Arity = ArgumentArity.OneOrMore });

    public static Argument<string[]> SomeOrAll { get; } = Completed(new Argument<string[]>("name") { Description = "Projections; all when none is named.", Arity = ArgumentArity.ZeroOrMore });

    public static Argument<string> One { get; } = Completed(new Argument<string>("name") { Description = "A projection." });

    static TArgument Completed<TArgument>(TArgument argument) where TArgument : Argument
    {
        argument.CompletionSources.Add(static _ =>
        {
            using var host = CliHost.Builder().Build();
            return [.. host.Services.GetServices<IProjection>().Select(static projection => new System.CommandLine.Completions.CompletionItem(projection.Model.Name))];
        });
        return argument;
    }

    extension(IServiceProvider services)
    {
        /// <summary>Those that keep rows: one that does something instead is never folded again.</summary>
        /// <exception cref="UsageException">There is no such projection.</exception>
        public IReadOnlyList<IProjection> Rebuildable(params string[] names) => [.. services.Projections(names).Where(static projection => !projection.Model.FromHead)];

        /// <exception cref="UsageException">There is no such projection.</exception>
        public IProjection Projection(string name) => services.Projections(name) is [var one]
            ? one
            : throw new UsageException("One projection at a time, please.");

        /// <summary>The projections of those names; all for "all", and where none is named.</summary>
        /// <exception cref="UsageException">There is no such projection.</exception>
        public IReadOnlyList<IProjection> Projections(params string[] names)
        {
            var all = services.GetServices<IProjection>().ToList();
            if (Array.Find(names, name => name != "all" && all.TrueForAll(projection => projection.Model.Name != name)) is { } unknown)
            {
                throw new UsageException($"There is no projection '{unknown}'; there are: {string.Join(", ", all.Select(static projection => projection.Model.Name))}.");
            }
            return names.Length == 0 || names.Contains("all") ? all : all.FindAll(projection => names.Contains(projection.Model.Name));
        }
    }
}
