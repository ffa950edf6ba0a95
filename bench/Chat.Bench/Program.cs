using System.CommandLine;

return await new RootCommand("Measures Chat, and fills it with real talk.").Parse(args).InvokeAsync();
