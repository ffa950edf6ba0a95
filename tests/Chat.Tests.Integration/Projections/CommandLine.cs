using System.Diagnostics;

namespace Chat.Tests.Integration.Projections;

/// <summary>chat-projections as operators run it: a process that can be killed.</summary>
sealed class CommandLine : IDisposable
{
    readonly Process process;
    readonly Task<string> answer, complaint;

    CommandLine(Process process) => (this.process, answer, complaint) = (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());

    public static CommandLine Start(string connectionString, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ConnectionStrings__Postgres"] = connectionString;
        start.Environment["Keys__MasterKey"] = Convert.ToBase64String(new byte[32]);
        return new(Process.Start(start)!);
    }

    public static async Task<(int Code, string Answer, string Complaint)> Run(string connectionString, params string[] arguments)
    {
        using var command = Start(connectionString, arguments);
        return await command.End();
    }

    public async Task<(int Code, string Answer, string Complaint)> End()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await answer, await complaint);
    }

    public bool HasEnded => process.HasExited;

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    // tests/Chat.Tests.Integration/bin/<configuration>/net10.0: the command of the same configuration
    static string Assembly => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../../../../Chat.Projections/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0/chat-projections.dll"));
}
