using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Chat.Tests.Architecture;

/// <summary>A decision taken again, after a conflict or in a test, must come out the same: so it may ask nothing but its arguments.</summary>
public sealed class PurityTests
{
    static readonly string[] Impure =
    [
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today", "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow", "System.Guid::NewGuid", "System.Guid::CreateVersion7", "System.String::GetHashCode",
    ];

    [Fact]
    public void the_domain_asks_no_clock_and_makes_no_random_id() =>
        Types().That().Are(Code.TypesOf("Chat.Domain")).Should()
            .FollowCustomCondition(type => !Calls(type).Any(), "ask no clock, random id or per-process hash", "does: its Decide gives another answer each time")
            .Because("times and ids come in with the command: pass `now` or the id as a parameter")
            .Check(Code.All);

    [Fact]
    public void the_domain_neither_waits_nor_runs_in_the_background() =>
        Types().That().Are(Code.TypesOf("Chat.Domain")).Should()
            .NotDependOnAnyTypesThat().HaveFullNameMatching(@"^System\.(Threading\.(Tasks|Timer|Thread)|TimeProvider|Random|IO|Net|Diagnostics\.Stopwatch|Environment|Console)")
            .Because("Chat.Domain does no I/O: let the handler in Chat.Application fetch the value and pass it in")
            .Check(Code.All);

    static IEnumerable<string> Calls(IType type) =>
        type.Dependencies.OfType<MethodCallDependency>().Select(call => call.TargetMember.FullName).Where(name => Impure.Any(name.Contains));
}
