using Chat.Api.Live;
using Chat.Api.RateLimits;

namespace Chat.Api.Http;

static class HttpConventions
{
    extension(IServiceCollection services)
    {
        /// <summary>Strict JSON in, problem details out, whatever goes wrong.</summary>
        public IServiceCollection AddHttpConventions()
        {
            services.ConfigureHttpJsonOptions(static options => StrictJson.Configure(options.SerializerOptions));
            services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = true);
            return services.AddProblemDetails(static options => options.CustomizeProblemDetails = Problems.Complete).AddExceptionHandler<Faults>();
        }
    }

    extension(WebApplication app)
    {
        public void UseHttpConventions()
        {
            app.UseForwardedHeaders();
            app.Use(SetHeaders);
            app.UseExceptionHandler();
            app.UseStatusCodePages();
            app.UseRouting();
            app.UseRequestTimeouts();
            app.UseAuthentication();
            app.Use(RateLimiting.Limit);
            app.UseAuthorization();
            app.Use(StrictJson.RequireUtf8);
            app.Use(Admission.Admit);
        }
    }

    // An API answers data, never a page of its own: nothing in an answer may run, be framed, guessed at or kept by a cache.
    static Task SetHeaders(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (!http.Request.Path.StartsWithSegments("/scalar")) headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
        return next(http);
    }
}
