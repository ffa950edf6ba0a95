namespace Chat.Api.Accounts;

static class AccountsRoutes
{
    extension(IEndpointRouteBuilder routes)
    {
        public void MapAccounts()
        {
            RegisterEndpoint.Map(routes);
            SessionEndpoints.Map(routes);
            DeviceEndpoints.Map(routes);
            PushEndpoints.Map(routes);
            ErasureEndpoint.Map(routes);
            ExportEndpoint.Map(routes);
            JwksEndpoint.Map(routes);
        }
    }
}
