using Microsoft.AspNetCore.Authorization;
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
            options.AddOperationTransformer(static (operation, context, _) =>
            {
                var metadata = context.Description.ActionDescriptor.EndpointMetadata;
                if (metadata.OfType<IAllowAnonymous>().Any()) operation.Security = [];
                if (metadata.OfType<TakesAtLeast>().Any())
                    operation.Parameters = [.. operation.Parameters ?? [], AtLeast("atLeast", ParameterLocation.Query), AtLeast("Chat-At-Least", ParameterLocation.Header)];
                return Task.CompletedTask;
            });
        });
    }

    static OpenApiParameter AtLeast(string name, ParameterLocation where) => new()
    {
        Name = name,
        In = where,
        Description = "A position that a command answered with: what is read shows it, or is 503 when that takes more than a second.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

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
