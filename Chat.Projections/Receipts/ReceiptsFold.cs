using Chat.Application.Log;
using Chat.Domain;
using Chat.Domain.Receipts;
using Chat.Domain.Users;
using Chat.Infrastructure.ReadModels;

namespace Chat.Projections.Receipts;

/// <summary>Folds a batch by itself: what stood before is merged with it when it is written.</summary>
public sealed class ReceiptsFold
{
    /// <summary>Steps of a stream that are kept at least: two for each message of the window, itself and a change of it.</summary>
    const long Kept = 200;

    const long Every = 100;

    readonly Dictionary<(ConversationId, UserId), Reached> members = [];
    readonly Dictionary<(ConversationId, UserId, DeviceId), Reached> devices = [];
    readonly List<ReceiptStep> steps = [];
    readonly Dictionary<(ConversationId, UserId), long> forgotten = [];
    readonly Dictionary<UserId, bool> hidden = [];

    public void Apply(DecodedEvent recorded)
    {
        switch (recorded.Event)
        {
            case MessagesDelivered e:
                Advance(e, Mark.DeliveredUpTo(e.UpTo), recorded);
                break;
            case MessagesRead e:
                Advance(e, Mark.ReadUpTo(e.UpTo), recorded);
                break;
            case MarkedUnread e:
                Step(e, Mark.None, recorded); // got nobody anywhere, but steps without a gap tell that none was forgotten between
                break;
            case ReadReceiptsChanged e:
                hidden[e.By] = e.Hidden;
                break;
        }
    }

    public void Save(ReadBatch batch)
    {
        ReceiptsTable.SaveMembers(batch, members);
        ReceiptsTable.SaveDevices(batch, devices);
        ReceiptsTable.SaveSteps(batch, steps, forgotten);
        ReceiptsTable.SavePrivacy(batch, hidden);
    }

    void Advance(ReceiptEvent e, Mark mark, DecodedEvent recorded)
    {
        var conversation = StreamNames.ConversationOfReceipts(recorded.Stored.Stream);
        members[(conversation, e.By)] = (members.GetValueOrDefault((conversation, e.By)) ?? Reached.Nothing).Advance(mark, e.At);
        devices[(conversation, e.By, e.Device)] = (devices.GetValueOrDefault((conversation, e.By, e.Device)) ?? Reached.Nothing).Advance(mark, e.At);
        Step(e, mark, recorded);
    }

    void Step(ReceiptEvent e, Mark mark, DecodedEvent recorded)
    {
        var conversation = StreamNames.ConversationOfReceipts(recorded.Stored.Stream);
        steps.Add(new(conversation, e.By, recorded.Sequence, mark, e.At));
        // by revision and not by number of rows, so that any batching forgets the same
        if (recorded.Sequence % Every == 0 && recorded.Sequence > Kept) forgotten[(conversation, e.By)] = recorded.Sequence - Kept;
    }
}
