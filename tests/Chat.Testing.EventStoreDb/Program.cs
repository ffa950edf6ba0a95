using Chat.Testing.EventStoreDb;

// dotnet run --project tests/Chat.Testing.EventStoreDb [port]: for benchmarks and for trying things out
await using var server = await EventStoreServer.Start(new() { Port = args is [var port] ? int.Parse(port, null) : 0 });
Console.WriteLine(server.ConnectionString);
await server.Stopped;
