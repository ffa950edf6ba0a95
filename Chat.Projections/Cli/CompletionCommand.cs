using System.CommandLine;

namespace Chat.Projections.Cli;

static class CompletionCommand
{
    // The command line completes itself ([suggest]); the shells only have to ask.
    static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _chat_projections() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(chat-projections "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -F _chat_projections chat-projections
            """,
        ["zsh"] = """
            #compdef chat-projections
            _chat_projections() { compadd -- ${(f)"$(chat-projections "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"} }
            compdef _chat_projections chat-projections
            """,
        ["fish"] = """
            complete -f -c chat-projections -a "(chat-projections '[suggest:'(commandline -C)']' (commandline -p) 2>/dev/null)"
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints the completion script of a shell, as in: source <(chat-projections completion bash)") { shell };
        command.SetAction(parsed => Console.WriteLine(Scripts[parsed.GetValue(shell)!]));
        return command;
    }
}
