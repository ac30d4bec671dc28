internal import Embeddings
internal import JobQueue
internal import Reactor

/// Texts that are embedded already, and searches that are answered already.
///
/// A text goes the shortest way: along with a job that wants it too; out of memory, in the same turn; out of Redis, after
/// one round trip; from the provider.
extension EmbeddingStage {
    func submit(_ item: WorkItem, to cache: JobCache) {
        let key = askForAnswer(item, cache)
        let text = TextKey(bytes: item.job.text)
        if batcher.join(item, text) { return pool.wakeOne() }
        // Only searches have their key by now: jobs that join need none.
        guard let key = key ?? cache.key(of: item) else { return enqueue(item, text, nil) }
        if let vector = cache.vector(key) {
            takeCached(vector, item, tokens: TokenEstimate.tokens(in: item.job.text))
        } else if cache.asks(for: item) {
            let entry = batcher.hold(item, text, key: key)
            cache.lookUp.ask { $0.add(entry) }
        } else {
            enqueue(item, text, key)
        }
    }

    private func enqueue(_ item: WorkItem, _ text: TextKey, _ key: EmbeddingKey?) {
        batcher.enqueue(batcher.hold(item, text, key: key))
        pool.wakeOne()
    }

    /// Asks for the answer, where the item is a search that may have one.
    ///
    /// - Returns: the text's key, where it had to be made.
    private func askForAnswer(_ item: WorkItem, _ cache: JobCache) -> EmbeddingKey? {
        guard item.isSearch, let key = cache.key(of: item) else { return nil }
        guard let ticket = cache.ticket(for: item, key) else { return key }
        item.ticket = ticket
        item.awaitsAnswer = true
        cache.lookUp.ask { $0.add(item) }
        return key
    }

    /// What Redis holds: searches are answered, texts have their vectors or wait for a call.
    func found(_ question: CacheQuestion, _ findings: CacheQuestion.Findings) {
        for (index, item) in question.searches.enumerated() {
            item.ticket?.generation = findings.generations[index]
            answer(item, findings.answers[index].flatMap { item.ticket?.result(in: $0) })
        }
        for (entry, vector) in zip(question.texts, findings.vectors) {
            guard !stillWanted([entry]).isEmpty else { continue }
            if let vector {
                cache?.keepInMemory(vector, of: entry)
                batcher.finished([entry])
                for item in entry.items { takeCached(vector[...], item, tokens: entry.size.estimatedTokens) }
            } else {
                batcher.enqueue(entry)
                pool.wakeOne()
            }
        }
    }

    /// - Parameter result: nil where none is kept that is still valid: the search goes on.
    private func answer(_ item: WorkItem, _ result: ArraySlice<UInt8>?) {
        item.awaitsAnswer = false
        guard !item.isSettled else { return }
        guard !item.isExpired(at: WallClock.milliseconds) else {
            delegate?.expired(item)
            return
        }
        cache?.countSearch(isHit: result != nil)
        if let result {
            // It is kept already.
            item.ticket = nil
            item.hasCachedAnswer = true
            delegate?.succeeded(item, reservingCapacity: result.count) { $0.append(contentsOf: result) }
        } else if item.embeddedAt != 0 {
            goOn(item)
        }
    }

    private func takeCached(_ vector: ArraySlice<Float>, _ item: WorkItem, tokens: Int) {
        item.vector = vector
        item.tokens = tokens
        item.estimatedTokens = tokens
        item.isCached = true
        item.embeddedAt = WallClock.microseconds
        goOn(item)
    }

    /// The item has its vector. A search whose answer may be there already waits for that to be known.
    func goOn(_ item: WorkItem) {
        guard !item.awaitsAnswer else { return }
        cache?.count(item)
        delegate?.embedded(item)
    }
}
