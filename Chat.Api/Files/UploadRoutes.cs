namespace Chat.Api.Files;

static class UploadRoutes
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapUploads()
        {
            TusEndpoints.Map(routes);
            SmallFileEndpoint.Map(routes);
            DirectUploadEndpoints.Map(routes);
        }
    }
}
