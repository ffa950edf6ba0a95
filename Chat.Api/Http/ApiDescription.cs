using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Chat.Api.Http;

static class ApiDescription
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddApiDescription() => services.AddOpenApi("v1", static options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer(static (document, _, _) =>
            {
                document.Info = new() { Title = "Chat", Version = "v1", Description = "People and their devices talk in conversations." };
                document.Servers = []; // wherever it was asked for
                document.Components ??= new();
                document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
                };
                document.Security = [new() { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
                return Task.CompletedTask;
            });
        });
    }

    extension(WebApplication app)
    {
        /// <summary>/openapi/v1.json, and in development a page at /scalar to read and try it.</summary>
        public void MapApiDescription()
        {
            app.MapOpenApi().AllowAnonymous();
            if (app.Environment.IsDevelopment()) app.MapScalarApiReference().AllowAnonymous();
        }
    }
}
