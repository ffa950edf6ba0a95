using System.CommandLine;

namespace Chat.Projections.Cli;

static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Says what is wrong with settings, connections, durability, schema and projections, and which setting to change. Exit code 1 when something is.")
        {
            Output.Json,
        };
        command.SetAction(static (parsed, ct) => CliHost.Run(async services =>
        {
            var findings = new List<Finding>();
            await foreach (var finding in new ProjectionDoctor(services).Examine(ct)) findings.Add(finding);
            Output.Write(findings, parsed.GetValue(Output.Json), static findings =>
            {
                foreach (var finding in findings) Console.WriteLine($"{(finding.Ok ? "ok   " : "WRONG")} {finding.Check}: {finding.Found}{(finding.Ok ? "" : $"\n      → {finding.Remedy}")}");
            });
            return findings.TrueForAll(static finding => finding.Ok) ? 0 : ExitCode.Refused;
        }));
        return command;
    }
}
