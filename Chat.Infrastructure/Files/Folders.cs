using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Chat.Infrastructure.Files;

/// <summary>Folders whose entries are durable: a file's own fsync does not keep its name (fsync(2)).</summary>
static class Folders
{
    const int ReadOnly = 0;

    /// <summary>Makes a folder and those above it, each kept in the one it is in.</summary>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder)) return;
        var above = Path.GetDirectoryName(folder)!;
        Create(above);
        Directory.CreateDirectory(folder);
        Flush(above);
    }

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return; // no such call; NTFS journals its names
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw Fault(folder);
        try
        {
            if (Sync(descriptor) != 0) throw Fault(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    static IOException Fault(string folder) => new($"The folder {folder} cannot be written: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Close(int descriptor);
}
