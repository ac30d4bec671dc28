internal import MCP

/// What a person picks in a host to have the model use the memory well.
enum MemoryPrompts {
    static let all = [remember, recall]

    private static let collection = PromptArgument(
        name: "collection",
        description: "The collection to use; left out, the model picks one",
        isRequired: false
    )

    static let remember = Prompt(
        name: "remember",
        title: "Remember this",
        description: "Has the model save what matters of this conversation, or of a text, to memory",
        arguments: [
            PromptArgument(
                name: "what",
                description: "What to remember; left out, what matters of the conversation so far",
                isRequired: false
            ),
            collection,
        ],
        messages: { values in
            let what = values["what"].map { "this:\n\n\($0)" } ?? "what will matter later of our conversation so far."
            return [
                PromptMessage(
                    text: """
                        Save to memory \(what)

                        - \(place(values))
                        - Search first (search_memory): what is there already is updated (update_memory), not saved twice.
                        - One subject a memory, in full sentences that make sense to somebody who has not read this \
                        conversation: names instead of pronouns, dates instead of "today".
                        - Put what may be filtered by (names, dates, amounts, states) into metadata, under the names of \
                        the fields that the collection declares. Give a key to what has a number or name of its own.
                        - Leave out small talk, what you have only guessed, and secrets such as passwords.

                        Then tell me in one line each what you saved, and under which key or id.
                        """
                )
            ]
        }
    )

    static let recall = Prompt(
        name: "recall",
        title: "Recall from memory",
        description: "Has the model answer from what is in memory, and say where it is from",
        arguments: [
            PromptArgument(name: "question", description: "What you want to know", isRequired: true),
            collection,
        ],
        messages: { values in
            [
                PromptMessage(
                    text: """
                        Answer from memory: \(values["question"] ?? "")

                        - \(place(values))
                        - Search (search_memory) in the words that the memory may have been saved in, and once or twice \
                        more in other words where little fits. Use filters for exact names, dates, amounts and states.
                        - Texts that were cut (content_truncated) you read whole with get_memory before you rely on them.
                        - The nearest memory need not be an answer. Where nothing fits, say so instead of guessing.

                        Name the key or id of each memory that your answer rests on, and when it was last changed.
                        """
                )
            ]
        }
    )

    private static func place(_ values: [String: String]) -> String {
        guard let collection = values["collection"], !collection.isEmpty else {
            return "Look which collections there are (list_collections) and take the one that fits."
        }
        return "Use the collection \(collection)."
    }
}
