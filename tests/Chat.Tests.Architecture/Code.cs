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

    public static IObjectProvider<IType> TypesOf(params string[] projects) =>
        ArchRuleDefinition.Types().That().FollowCustomPredicate(type => projects.Contains(type.Assembly.Name.Split(',')[0]), $"types of {string.Join(", ", projects)}");

    static bool IsOurs(string path) => Path.GetFileNameWithoutExtension(path) is var name && (Projects.Contains(name) || name is "chat-projections" or "Chat.Testing");
}
