using System.Collections.Frozen;

namespace Chat.Application.Accounts;

/// <summary>Of the most used passwords in published leaks, those long enough to be allowed otherwise.</summary>
static class CommonPasswords
{
    static readonly FrozenSet<string> Known = """
        12345678 123456789 1234567890 12345678910 0123456789 987654321 9876543210 87654321 11111111 00000000 88888888 99999999 22222222
        55555555 66666666 77777777 33333333 44444444 111111111 1111111111 123123123 123321123 112233445 147258369 1q2w3e4r 1q2w3e4r5t
        1qaz2wsx 1qazxsw2 qwertyui qwertyuiop qwerty123 qwerty1234 qwerty12 qwerty12345 qwertyqwerty qazwsxedc zaq12wsx asdfghjk asdfghjkl
        asdfasdf asdf1234 zxcvbnm1 zxcvbnm123 password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pa$$word
        passwort passwort1 contraseña motdepasse iloveyou iloveyou1 iloveyou2 sunshine sunshine1 princess princess1 football football1
        baseball baseball1 basketball superman superman1 batman123 trustno1 welcome1 welcome123 letmein1 letmein123 computer internet
        starwars whatever michelle jennifer jessica1 michael1 jordan23 charlie1 liverpool liverpool1 chelsea1 arsenal1 barcelona
        corvette mercedes maverick mustang1 midnight midnight1 samantha alexander alexande danielle danielle1 victoria victoria1 cristina
        elizabeth chocolate chocolate1 butterfly rainbow1 dragon123 monkey123 master123 shadow123 abcd1234 abc12345 abcdefgh abcdefghi
        a1b2c3d4 aa123456 aaaaaaaa a1234567 a12345678 admin123 admin1234 administrator administrator1 changeme changeme1 default1 secret123
        test1234 testtest test12345 guest123 user1234 root1234 login123 access14 q1w2e3r4 q1w2e3r4t5 qweasdzxc 1234qwer 12341234 12344321
        123qweasd 123qwe123 1qaz1qaz google123 facebook facebook1 whatever1 computer1 hello123 hello1234 helloworld freedom1 thomas123
        nintendo pokemon1 pokemon123 minecraft fuckyou1 fuckyou123 asshole1 babygirl babygirl1 lovelove lovely123 loveme123 creative
        november december september october1 summer123 winter123 spring123 autumn123 summer2024 winter2024 summer2025 winter2025
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string password) => Known.Contains(password);
}
