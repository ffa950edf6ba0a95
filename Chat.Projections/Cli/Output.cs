using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Chat.Projections.Cli;

/// <summary>The two forms of every answer: sentences, or JSON for programs.</summary>
static class Output
{
    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "For programs: one JSON value on standard output." };

    public static void Write<T>(T value, bool json, Action<T> tell)
    {
        if (json) Console.WriteLine(JsonSerializer.Serialize(value, Options));
        else tell(value);
    }
}
