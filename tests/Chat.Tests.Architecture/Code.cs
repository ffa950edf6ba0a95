using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Chat.Tests.Architecture;

/// <summary>The product's own assemblies, and the rules' words for parts of them.</summary>
static class Code
{
    public static readonly string[] Projects = ["Chat.Domain", "Chat.Application", "Chat.Infrastructure", "Chat.Projections", "Chat.Api"];

    public static readonly Assembly[] Assemblies = [.. Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(IsOurs).Select(Assembly.LoadFrom)];

    public static readonly ArchUnitNET.Domain.Architecture All = new ArchLoader().LoadAssemblies(Assemblies).Build();

    /// <summary>A project without types would keep every rule.</summary>
    public static IEnumerable<string> Empty => Projects.Where(static project => !TypesOf(project).GetObjects(All).Any());

    public static IObjectProvider<IType> TypesOf(params string[] projects) =>
        ArchRuleDefinition.Types().That().FollowCustomPredicate(
            type => projects.Contains(ProjectOf(type.Assembly.Name.Split(',')[0])) && !IsGenerated(type), $"types of {string.Join(", ", projects)}");

    // by Marten's and Wolverine's generators, under the same names in several assemblies
    static bool IsGenerated(IType type) => type.FullName.StartsWith("JasperFx.Generated.", StringComparison.Ordinal) || type.FullName.StartsWith("Internal.Generated.", StringComparison.Ordinal);

    // the projections are named after the command that they are, too
    static string ProjectOf(string assembly) => assembly == "chat-projections" ? "Chat.Projections" : assembly;

    static bool IsOurs(string path) => Path.GetFileNameWithoutExtension(path) is var name && (Projects.Contains(name) || name is "chat-projections" or "Chat.Testing");
}
