extension SettingKey {
    static let embeddings: [SettingKey] = [
        SettingKey(
            "embeddings.baseURL",
            \.embeddings.baseURL,
            .httpURL,
            environment: "OPENAI_BASE_URL",
            "The endpoint with its `/v1`, as OpenAI's own clients take it."
        ),
        SettingKey(
            "embeddings.apiKey",
            \.embeddings.apiKey,
            .secret,
            environment: "OPENAI_API_KEY",
            "Sent as a bearer token. Local servers need none."
        ),
        SettingKey(
            "embeddings.model",
            \.embeddings.model,
            word("the name of a model", atMost: 256),
            environment: "EMBEDDING_MODEL",
            "The model that makes the vectors. Vectors of two models do not compare: changing it calls for new collections."
        ),
        SettingKey(
            "embeddings.dimensions",
            \.embeddings.dimensions,
            .integer(1...65_536),
            environment: "EMBEDDING_DIMENSIONS",
            "Length of every vector, and of the collections that `memoir bootstrap` makes."
        ),
        SettingKey(
            "embeddings.sendDimensions",
            \.embeddings.sendDimensions,
            .choice,
            "Whether requests carry `dimensions`: `auto` sends it for the models that are known to take it."
        ),
        SettingKey(
            "embeddings.timeout",
            \.embeddings.timeout,
            .duration(.milliseconds(10)...(.seconds(600))),
            "How long a call may take."
        ),
        SettingKey(
            "embeddings.maximumInputs",
            \.embeddings.maximumInputs,
            .integer(1...65_536),
            "Texts of one call. OpenAI takes at most 2,048."
        ),
        SettingKey(
            "embeddings.maximumTokens",
            \.embeddings.maximumTokens,
            .integer(1...10_000_000),
            "Tokens of one call, all texts together. OpenAI takes at most 300,000."
        ),
        SettingKey(
            "embeddings.maximumInputTokens",
            \.embeddings.maximumInputTokens,
            .integer(1...1_000_000),
            "Tokens of one text. OpenAI takes at most 8,191."
        ),
        SettingKey(
            "embeddings.maximumBytes",
            \.embeddings.maximumBytes,
            .bytes(1024...(64 << 20)),
            "Bytes of text of one call."
        ),
        SettingKey(
            "embeddings.concurrency",
            \.embeddings.concurrency,
            .integer(1...256),
            "Calls under way at once."
        ),
        SettingKey(
            "embeddings.requestsPerMinute",
            \.embeddings.requestsPerMinute,
            .integer(0...100_000_000),
            "Calls a minute, all workers together. 0 leaves it to what the provider says in `x-ratelimit-limit-requests`."
        ),
        SettingKey(
            "embeddings.tokensPerMinute",
            \.embeddings.tokensPerMinute,
            .integer(0...1_000_000_000),
            "Tokens a minute, all workers together. 0 leaves it to what the provider says in `x-ratelimit-limit-tokens`."
        ),
        SettingKey(
            "embeddings.pricePerMillionTokens",
            \.embeddings.pricePerMillionTokens,
            .dollars(Dollars(nanodollars: 0)...Dollars(nanodollars: 1_000_000_000_000)),
            "What the model costs, in US dollars: `memoir stats` and the budget reckon with it. 0 for a model of your own."
        ),
        SettingKey(
            "embeddings.dailyBudget",
            \.embeddings.dailyBudget,
            .dollars(Dollars(nanodollars: 0)...Dollars(nanodollars: 1_000_000_000_000_000)),
            "US dollars that embeddings may cost in a day (UTC), all workers together. Then searches and embed jobs are answered "
                + "`budget_exceeded`; saves wait. 0 sets no budget."
        ),
        SettingKey(
            "embeddings.bulkBudgetShare",
            \.embeddings.bulkBudgetShare,
            .percent,
            "Part of the daily budget at which the lane `bulk` stops, so that the rest is left to the other lanes."
        ),
    ]
}
