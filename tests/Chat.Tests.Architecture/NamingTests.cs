using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Chat.Tests.Architecture;

public sealed class NamingTests
{
    // Such a name says that something is done, not what: everything fits into it, and sooner or later everything is in it.
    [Fact]
    public void no_type_is_a_manager_helper_service_or_repository() =>
        Types().That().Are(Code.TypesOf(Code.Projects)).Should().NotHaveNameMatching("(Manager|Helper|Service|Repository)(`[0-9]+)?$")
            .Because("a name says what the type is in the words of the field: a handler, a reader, a log, a gate")
            .Check(Code.All);
}
