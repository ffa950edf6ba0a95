using System.Collections.Concurrent;
using System.Net;
using Chat.Application.Log;
using Chat.Infrastructure.EventStoreDb;
using Chat.Testing.EventStoreDb;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Chat.Tests.Contract.Log;

/// <summary>A setting that will never do ends the start and is named; a server that is not there yet is waited for, and the setting named that says where it is.</summary>
public sealed class EventStoreDbAtStartTests
{
    const string Setting = "ConnectionStrings:EventStoreDb";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static IHost AHost(string connectionString, Said? said = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:EventStoreDb", connectionString)]);
        if (said is not null) builder.Logging.AddProvider(said);
        builder.Services.AddEventStoreDbLog();
        return builder.Build();
    }

    [Theory]
    [InlineData("", "esdb://")]
    [InlineData("http://localhost:2113", "esdb://")]
    [InlineData("esdb://ann:secret@localhost:2113?tls=perhaps", "tls")]
    [InlineData("esdb://localhost?tlsCAFile=/there/is/none.pem", "/there/is/none.pem")]
    public async Task a_connection_string_that_says_nothing_ends_the_start(string connectionString, string named)
    {
        using var host = AHost(connectionString);
        var wrong = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(Ct));
        Assert.Contains(Setting, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_server_that_has_not_made_its_first_users_yet_is_waited_for()
    {
        await using var server = await EventStoreServer.Start();
        server.Faults.KnowNobody(calls: 3);
        using var host = AHost(server.ConnectionString);
        await host.StartAsync(Ct);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task a_user_or_password_that_the_server_does_not_come_to_know_ends_the_start()
    {
        await using var server = await EventStoreServer.Start();
        server.Faults.KnowNobody(calls: int.MaxValue);
        using var host = AHost(server.ConnectionString);
        var wrong = await Assert.ThrowsAsync<EventStoreDbSettingException>(() => host.StartAsync(Ct));
        Assert.StartsWith(Setting, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("user or password", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_server_without_the_methods_ends_the_start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        await using var other = builder.Build();
        await other.StartAsync(Ct);

        using var host = AHost($"esdb://{new Uri(other.Urls.Single()).Authority}?tls=false");
        var wrong = await Assert.ThrowsAsync<EventStoreDbSettingException>(() => host.StartAsync(Ct));
        Assert.StartsWith(Setting, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("host and port", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_server_that_is_not_there_yet_is_waited_for_and_the_setting_is_named()
    {
        await using var server = await EventStoreServer.Start();
        await server.Leave();
        using var said = new Said();
        using var host = AHost($"{server.ConnectionString}&defaultDeadline=500", said);
        var starting = host.StartAsync(Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!said.Lines.Any(static line => line.Contains(Setting, StringComparison.Ordinal))) await Task.Delay(20, patience.Token);
        Assert.False(starting.IsCompleted);
        Assert.Contains("out of reach", await host.Services.GetRequiredService<EventStoreDbLog>().Trouble(Ct), StringComparison.Ordinal);

        await server.Return();
        await starting;
        Assert.Equal(LogPosition.Start, await host.Services.GetRequiredService<IEventLog>().Head(Ct));
        await host.StopAsync(Ct);
    }

    sealed class Said : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}
