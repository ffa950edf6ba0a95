namespace Chat.Application.Files;

/// <summary>What may be done with bytes of a type.</summary>
public enum ContentUse
{
    /// <summary>Drawn anew from its pixels, and then shown.</summary>
    Picture,

    /// <summary>Only ever saved: it is as it came, with all that it tells of where and when.</summary>
    Download,
}

/// <summary>A type that content is recognised as. The list is closed: whatever is not on it is bytes to save.</summary>
/// <param name="Extensions">Names that end so claim this type, or at least its kind.</param>
/// <param name="Aliases">What else it is declared as.</param>
public sealed record ContentType(string MediaType, ContentUse Use, string[] Extensions, string[] Aliases)
{
    public static readonly ContentType Png = new("image/png", ContentUse.Picture, ["png"], []);
    public static readonly ContentType Jpeg = new("image/jpeg", ContentUse.Picture, ["jpg", "jpeg", "jfif"], ["image/jpg", "image/pjpeg"]);
    public static readonly ContentType Gif = new("image/gif", ContentUse.Picture, ["gif"], []);
    public static readonly ContentType WebP = new("image/webp", ContentUse.Picture, ["webp"], []);
    public static readonly ContentType Avif = new("image/avif", ContentUse.Download, ["avif"], ["image/avif-sequence"]);
    public static readonly ContentType Heic = new("image/heic", ContentUse.Download, ["heic", "heif"], ["image/heif", "image/heic-sequence", "image/heif-sequence"]);
    public static readonly ContentType Bmp = new("image/bmp", ContentUse.Download, ["bmp"], ["image/x-ms-bmp"]);
    public static readonly ContentType Tiff = new("image/tiff", ContentUse.Download, ["tif", "tiff"], []);
    public static readonly ContentType Icon = new("image/vnd.microsoft.icon", ContentUse.Download, ["ico"], ["image/x-icon"]);
    public static readonly ContentType Mp4 = new("video/mp4", ContentUse.Download, ["mp4", "m4v"], ["video/x-m4v"]);
    public static readonly ContentType WebM = new("video/webm", ContentUse.Download, ["webm"], ["audio/webm"]);
    public static readonly ContentType QuickTime = new("video/quicktime", ContentUse.Download, ["mov"], []);
    public static readonly ContentType Matroska = new("video/x-matroska", ContentUse.Download, ["mkv", "mka"], ["audio/x-matroska"]);
    public static readonly ContentType Avi = new("video/x-msvideo", ContentUse.Download, ["avi"], ["video/avi"]);
    public static readonly ContentType OggVideo = new("video/ogg", ContentUse.Download, ["ogv"], []);
    public static readonly ContentType Ogg = new("audio/ogg", ContentUse.Download, ["ogg", "oga", "opus"], ["audio/opus"]);
    public static readonly ContentType Mp3 = new("audio/mpeg", ContentUse.Download, ["mp3"], ["audio/mp3"]);
    public static readonly ContentType Mp4Audio = new("audio/mp4", ContentUse.Download, ["m4a"], ["audio/x-m4a"]);
    public static readonly ContentType Aac = new("audio/aac", ContentUse.Download, ["aac"], ["audio/x-aac"]);
    public static readonly ContentType Flac = new("audio/flac", ContentUse.Download, ["flac"], ["audio/x-flac"]);
    public static readonly ContentType Wav = new("audio/wav", ContentUse.Download, ["wav"], ["audio/x-wav", "audio/wave", "audio/vnd.wave"]);
    public static readonly ContentType Pdf = new("application/pdf", ContentUse.Download, [], []);
    public static readonly ContentType Zip = new("application/zip", ContentUse.Download, [], []);
    public static readonly ContentType Gzip = new("application/gzip", ContentUse.Download, [], []);
    public static readonly ContentType Text = new("text/plain; charset=utf-8", ContentUse.Download, [], []);
    public static readonly ContentType Bytes = new("application/octet-stream", ContentUse.Download, [], []);

    static readonly ContentType[] All =
    [
        Png, Jpeg, Gif, WebP, Avif, Heic, Bmp, Tiff, Icon, Mp4, WebM, QuickTime, Matroska, Avi, OggVideo, Ogg, Mp3, Mp4Audio, Aac, Flac, Wav, Pdf, Zip, Gzip, Text, Bytes,
    ];

    static readonly Dictionary<string, ContentType> ByMediaType =
        All.SelectMany(static type => type.Aliases.Prepend(type.MediaType).Select(name => (name, type))).ToDictionary(static pair => pair.name, static pair => pair.type);

    static readonly Dictionary<string, ContentType> ByExtension =
        All.SelectMany(static type => type.Extensions.Select(extension => (extension, type))).ToDictionary(static pair => pair.extension, static pair => pair.type);

    /// <summary>The type of a file that was looked at.</summary>
    public static ContentType Known(string mediaType) => ByMediaType[mediaType];

    /// <summary>Whether the bytes may be shown where they are asked for; everything else is only ever saved.</summary>
    public bool MayBeShown => Use == ContentUse.Picture;

    /// <summary>
    /// Whether content of this type may go by that name and declared type. Who sees a picture or a recording announced must get one; which format it
    /// has is told by the content alone, for phones often have that wrong.
    /// </summary>
    public bool Fits(string name, string? declared) => Fits(DeclaredAs(declared)) && Fits(NamedAs(name));

    bool Fits(ContentType? claimed) => claimed is null || claimed.Kind == Kind;

    string? Kind => MediaType[..MediaType.IndexOf('/', StringComparison.Ordinal)] switch
    {
        "image" => "picture",
        "audio" or "video" => "recording", // one container holds either
        _ => null,
    };

    static ContentType? DeclaredAs(string? mediaType) =>
        Claim(ByMediaType.GetValueOrDefault((mediaType ?? "").Split(';')[0].Trim().ToLowerInvariant()));

    static ContentType? NamedAs(string name) =>
        name.LastIndexOf('.') is >= 0 and var dot ? Claim(ByExtension.GetValueOrDefault(name[(dot + 1)..].TrimEnd().ToLowerInvariant())) : null;

    static ContentType? Claim(ContentType? type) => type?.Kind is null ? null : type;
}
