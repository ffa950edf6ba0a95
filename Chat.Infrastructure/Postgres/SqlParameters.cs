using Npgsql;

namespace Chat.Infrastructure.Postgres;

static class SqlParameters
{
    extension(NpgsqlParameterCollection parameters)
    {
        /// <summary>Adds values for $1, $2 …</summary>
        public void AddValues(params ReadOnlySpan<object?> values)
        {
            foreach (var value in values) parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }

    extension(NpgsqlDataSource database)
    {
        public NpgsqlCommand Command(string sql, params ReadOnlySpan<object?> values)
        {
            var command = database.CreateCommand(sql);
            command.Parameters.AddValues(values);
            return command;
        }
    }
}
