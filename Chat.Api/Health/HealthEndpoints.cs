using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Chat.Api.Health;

static class HealthEndpoints
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddHealth() => services.AddHealthChecks()
            .AddCheck<DrainHealth>("drain")
            .AddCheck<LogHealth>("log", timeout: TimeSpan.FromSeconds(3))
            .AddCheck<ProjectionsHealth>("projections", timeout: TimeSpan.FromSeconds(3)).Services;
    }

    extension(WebApplication app)
    {
        /// <summary>/health/live: the process answers. /health/ready: it can do its work; says why not.</summary>
        public void MapHealth()
        {
            app.MapHealthChecks("/health/live", new() { Predicate = static _ => false, ResponseWriter = Write }).AllowAnonymous();
            app.MapHealthChecks("/health/ready", new() { ResponseWriter = Write }).AllowAnonymous();
        }
    }

    static Task Write(HttpContext http, HealthReport report) => http.Response.WriteAsJsonAsync(new
    {
        Status = report.Status.ToString(),
        Checks = report.Entries.ToDictionary(static entry => entry.Key, static entry => new
        {
            Status = entry.Value.Status.ToString(),
            entry.Value.Description,
            Data = entry.Value.Data.Count == 0 ? null : entry.Value.Data,
        }),
    });
}
