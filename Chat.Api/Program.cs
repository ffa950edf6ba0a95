using Chat.Api.Accounts;
using Chat.Api.Auth;
using Chat.Api.Conversations;
using Chat.Api.Files;
using Chat.Api.Health;
using Chat.Api.Hosting;
using Chat.Api.Http;
using Chat.Api.Inbox;
using Chat.Api.Live;
using Chat.Api.Messages;
using Chat.Api.Presence;
using Chat.Api.RateLimits;
using Chat.Api.Receipts;
using Chat.Api.Search;
using Chat.Api.Sync;
using Chat.Api.Users;
using Chat.Application;
using Chat.Application.Accounts;
using Chat.Infrastructure.Erasing;
using Chat.Infrastructure.Files;
using Chat.Infrastructure.Images;
using Chat.Infrastructure.Log;
using Chat.Infrastructure.Marten;
using Chat.Infrastructure.Postgres;
using Chat.Infrastructure.Previews;
using Chat.Infrastructure.Push;
using Chat.Infrastructure.ReadModels;
using Chat.Infrastructure.Redis;
using Chat.Infrastructure.Search;
using Chat.Projections;
using JasperFx;

// a process for one picture, started by this program itself
if (args is [ImageWorker.Verb, .. var work]) return ImageWorker.Run(work);

// Settings are read once. To be told of their change the host would watch all that is below the working directory, uploads and databases included.
var builder = WebApplication.CreateBuilder([.. args, "--hostBuilder:reloadConfigOnChange=false"]);

builder.AddServerLimits();
builder.AddLogs();
builder.AddTelemetry();
builder.AddCommands();

builder.Services
    .AddPostgres()
    .AddEventLog(builder.Configuration)
    .AddSigningKeys()
    .AddSearch(builder.Configuration)
    .AddFiles(builder.Configuration)
    .AddFileChecks(builder.Configuration)
    .AddDownloads()
    .AddReadModels()
    .AddProjections()
    .AddPush(builder.Configuration)
    .AddNotifications(builder.Configuration)
    .AddPreviews()
    .AddPreviewsProjection(builder.Configuration)
    .AddSearchProjections(builder.Configuration)
    .AddInProcessProjections(builder.Configuration)
    .AddPresence(builder.Configuration)
    .AddMartenDocuments()
    .AddErasure()
    .AddChatApplication()
    .AddAccounts()
    .AddAuth(builder.Configuration)
    .AddRateLimits()
    .AddHttpConventions()
    .AddApiDescription()
    .AddHealth()
    .AddLive()
    .AddSync()
    .AddPresenceEdge();

var app = builder.Build();

app.UseHttpConventions();
app.MapApiDescription();
app.MapHealth();

var calls = app.MapGroup("").AddEndpointFilter(WorkLimit.Limit);
calls.MapAccounts();
calls.MapUsers();
calls.MapConversations();
calls.MapMessages();
calls.MapReceipts();
calls.MapInbox();
calls.MapSync();
calls.MapResume();
calls.MapPresence();
calls.MapSearch();

// these last, and have limits of their own
app.MapUploads();
app.MapDownloads();
app.MapLive();

// "codegen write" is part of the build (see Chat.Api.csproj); everything else is the server itself
if (args is ["codegen", ..]) return await app.RunJasperFxCommands(args);
await app.RunAsync();
return 0;
