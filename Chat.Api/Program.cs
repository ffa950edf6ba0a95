using Chat.Api.Accounts;
using Chat.Api.Auth;
using Chat.Api.Health;
using Chat.Api.Hosting;
using Chat.Api.Http;
using Chat.Api.Live;
using Chat.Api.RateLimits;
using Chat.Application;
using Chat.Application.Accounts;
using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.PostgresLog;
using Chat.Infrastructure.ReadModels;
using Chat.Projections;
using JasperFx;

var builder = WebApplication.CreateBuilder(args);

builder.AddServerLimits();
builder.AddLogs();
builder.AddTelemetry();
builder.AddCommands();

builder.Services
    .AddPostgres()
    .AddPostgresLog()
    .AddMartenDocuments()
    .AddChatApplication()
    .AddAccounts()
    .AddAuth(builder.Configuration)
    .AddRateLimits()
    .AddHttpConventions()
    .AddApiDescription()
    .AddHealth()
    .AddHostedService<DatabaseStartup>()
    .AddReadModels()
    .AddProjections()
    .AddInProcessProjections(builder.Configuration)
    .AddLive();

var app = builder.Build();

app.UseHttpConventions();
app.MapApiDescription();
app.MapHealth();
app.MapAccounts();
app.MapLive();

return await app.RunJasperFxCommands(args);
