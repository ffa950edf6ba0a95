namespace Chat.Application.Files;

/// <summary>A file that has arrived, as Wolverine dispatches it; what is thrown here, it tries again.</summary>
public static class CheckFileHandler
{
    public static Task Handle(CheckFile command, FileCheck check, CancellationToken ct) => check.Run(command.File, ct);
}
