using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Chat.Api.Hosting;

static class Observability
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>One JSON object a line, where a machine reads it; the console's own format in development.</summary>
        public void AddLogs()
        {
            if (builder.Environment.IsDevelopment()) return;
            builder.Logging.ClearProviders().AddJsonConsole(static options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }

        /// <summary>Traces from the request to the commit, and metrics; sent only when OTEL_EXPORTER_OTLP_ENDPOINT says where.</summary>
        public void AddTelemetry()
        {
            if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"])) return;
            builder.Services.AddOpenTelemetry()
                .ConfigureResource(static resource => resource.AddService("chat-api"))
                .WithTracing(static traces => traces.AddSource("Chat.*").AddSource("Wolverine").AddSource("Npgsql").AddAspNetCoreInstrumentation())
                .WithMetrics(static metrics => metrics.AddMeter("Chat.*").AddMeter("Npgsql").AddAspNetCoreInstrumentation().AddRuntimeInstrumentation())
                .UseOtlpExporter();
        }
    }
}
