using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Chat.Tests.Architecture;

/// <summary>Dependencies point inwards, so that what the product means can be read, tested and kept without what it runs on.</summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Chat.Domain"] = [],
        ["Chat.Application"] = ["Chat.Domain"],
        ["Chat.Infrastructure"] = ["Chat.Application", "Chat.Domain"],
        ["Chat.Projections"] = ["Chat.Infrastructure", "Chat.Application", "Chat.Domain"],
        ["Chat.Api"] = ["Chat.Projections", "Chat.Infrastructure", "Chat.Application", "Chat.Domain"],
    };

    public static TheoryData<string> Projects => [.. MayReference.Keys];

    [Fact]
    public void every_project_is_looked_at() => Assert.Empty(Code.Empty);

    [Theory]
    [MemberData(nameof(Projects))]
    public void a_project_references_only_what_lies_further_in(string project)
    {
        var outside = MayReference.Keys.Except([project, .. MayReference[project]]).ToArray();
        Types().That().Are(Code.TypesOf(project)).Should().NotDependOnAny(Code.TypesOf(outside))
            .Because($"{project} may reference only [{string.Join(", ", MayReference[project])}]: move the type inwards, or put a port in Chat.Application and the adapter in Chat.Infrastructure")
            .WithoutRequiringPositiveResults().Check(Code.All);
    }

    // A package in the domain would let a library decide when a business rule has to change.
    [Fact]
    public void the_domain_uses_no_package() =>
        Types().That().Are(Code.TypesOf("Chat.Domain")).Should()
            .NotDependOnAnyTypesThat().DoNotResideInNamespaceMatching(@"^(System|Chat\.Domain|Microsoft\.CodeAnalysis)(\.|$)|^$")
            .Because("Chat.Domain is pure: take the value as a parameter, or move what needs the package to Chat.Application")
            .Check(Code.All);

    // One place knows how things are stored, so that a store can be exchanged by configuration.
    [Fact]
    public void only_infrastructure_names_a_database() =>
        Types().That().Are(Code.TypesOf([.. Code.Projects.Except(["Chat.Infrastructure"])])).And().DoNotHaveName("Program").Should()
            .NotDependOnAnyTypesThat().ResideInNamespaceMatching(@"^(Npgsql|NpgsqlTypes|Marten|Weasel|StackExchange\.Redis|Elastic|Grpc|Google\.Protobuf|System\.Data)(\.|$)")
            .Because("only Chat.Infrastructure (and a Program.cs that wires it) talks to databases: put an adapter there behind a port")
            .Check(Code.All);
}
