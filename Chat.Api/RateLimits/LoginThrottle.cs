using Microsoft.Extensions.Options;

namespace Chat.Api.RateLimits;

/// <summary>
/// Slows down guessing: so many wrong passwords for one account from one address, and so many from one address for all accounts. An
/// account as such is never locked, or anybody could lock anybody out. An attempt is counted before it is checked, so that
/// attempts made at once count too, and forgiven when the password was right.
/// </summary>
public sealed class LoginThrottle(IOptions<RateLimitOptions> options, TimeProvider time)
{
    readonly TokenBuckets<(string Account, string Address)> accounts =
        new(options.Value.FailedLogins, 1 / options.Value.FailedLoginForgiven.TotalSeconds, time);

    readonly TokenBuckets<string> addresses =
        new(options.Value.FailedLoginsOfAddress, options.Value.FailedLogins / options.Value.FailedLoginForgiven.TotalSeconds, time);

    public Allowance Attempt(string account, string address)
    {
        var byAddress = addresses.Take(address);
        return byAddress.Allowed ? accounts.Take((account, address)) : byAddress;
    }

    public void Succeeded(string account, string address)
    {
        accounts.GiveBack((account, address));
        addresses.GiveBack(address);
    }
}
