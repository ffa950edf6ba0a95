using System.Net;
using System.Net.Sockets;
using Chat.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Chat.Api.RateLimits;

static class ClientAddress
{
    extension(HttpContext http)
    {
        /// <summary>Whom to count a call without a token against: an IPv4 address, or the /64 that an IPv6 host may use at will.</summary>
        public string Address => http.Connection.RemoteIpAddress switch
        {
            null => "",
            { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } v6 => new IPAddress([.. v6.GetAddressBytes().AsSpan(0, 8), .. new byte[8]]).ToString(),
            var v4 => v4.ToString(),
        };

        public ProblemHttpResult TooMany(Allowance allowance, string code)
        {
            http.Response.Headers.RetryAfter = RateLimiting.Seconds(allowance.RetryAfter);
            return Problems.Of(429, code, "Too much at once; try again later.");
        }
    }
}
