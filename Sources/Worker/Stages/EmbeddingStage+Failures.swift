internal import Embeddings
internal import JobQueue
internal import Reactor

/// What becomes of texts whose call failed.
extension EmbeddingStage {
    /// Whether the batch's other parts are still to be tried. Otherwise all of it waits again.
    func goesOn(
        after error: EmbeddingError,
        _ entries: [TextEntry],
        _ bisection: inout Bisection<TextEntry, EmbeddingError>,
        _ permit: Circuit.Permit
    ) async -> Bool {
        switch error.blame {
        case .job:
            health.answered(permit, .embed)
            if entries.count > 1 { bisection.divide(entries) } else { refuse(entries, error) }
            return true
        case .passing where health.blamesBatch(permit, .embed, thatFailedBefore: failedBefore(entries)):
            bisection.failed(entries, at: .now, error)
            guard bisection.isDoubtful else { return true }
            if await embedsFixedText(permit) {
                bisection.succeeded()
                return true
            }
            putBack([], bisection)
            return false
        case .passing, .service:
            if error.blame == .passing { for entry in entries { entry.failedAt = .now } }
            providerFailed(permit, error)
            putBack(entries, bisection)
            return false
        case .cancelled:
            health.abandoned(permit, .embed)
            putBack(entries, bisection)
            return false
        }
    }

    func putBack(_ entries: [TextEntry], _ bisection: Bisection<TextEntry, EmbeddingError>) {
        batcher.putBack(bisection.culprits.map(\.part) + entries + bisection.rest)
    }

    /// When the last of them failed that each failed before; nil where one never did.
    private func failedBefore(_ entries: [TextEntry]) -> ContinuousClock.Instant? {
        let times = entries.compactMap(\.failedAt)
        return times.count == entries.count ? times.max() : nil
    }

    /// Each failed alone. It is a text's own doing where the provider works afterwards; an outage may have begun meanwhile.
    func convict(_ culprits: [Bisection<TextEntry, EmbeddingError>.Culprit], _ permit: Circuit.Permit) async {
        guard let last = culprits.map(\.failedAt).max() else { return }
        var isProven = health.hasSucceeded(.embed, since: last)
        if !isProven { isProven = await embedsFixedText(permit) }
        let entries = stillWanted(culprits.map(\.part))
        guard isProven else {
            for entry in entries { entry.failedAt = .now }
            return batcher.putBack(entries)
        }
        batcher.finished(entries)
        for culprit in culprits {
            for item in culprit.part.items where !item.isSettled {
                delegate?.failedInPassing(item, .embeddingFailed(item.job, culprit.error.message))
            }
        }
    }

    /// Whether the provider embeds a text that no job sent.
    func embedsFixedText(_ permit: Circuit.Permit) async -> Bool {
        let began = ContinuousClock.now
        do throws(EmbeddingError) {
            let vectors = try await provider.embed([Self.fixedText])
            health.succeeded(permit, .embed, began: began)
            statistics.count(texts: 1, tokens: vectors.tokens)
            settleFixedText(vectors)
            return true
        } catch {
            settle(error, nil)
            switch error.blame {
            case .job:
                health.answered(permit, .embed)
                return true
            case .passing, .service:
                statistics.failures += 1
                providerFailed(permit, error)
            case .cancelled: health.abandoned(permit, .embed)
            }
            return false
        }
    }

    private func providerFailed(_ permit: Circuit.Permit, _ error: EmbeddingError) {
        health.failed(
            permit,
            .embed,
            error.message,
            code: "\(error.code)",
            hint: error.hint,
            retryAfter: error.retryAfter
        )
    }

    private func refuse(_ batch: [TextEntry], _ error: EmbeddingError) {
        batcher.finished(batch)
        for entry in batch {
            let message = batcher.limits.mayRefuse(entry.size) ? error.message + advice(for: entry) : error.message
            for item in entry.items where !item.isSettled {
                delegate?.failed(item, .embeddingRefused(item.job, message))
            }
        }
    }

    private func advice(for entry: TextEntry) -> String {
        "; it may be too long: about \(entry.size.estimatedTokens) tokens as estimated, where "
            + "\(batcher.limits.maximumTokensPerInput) are allowed; split or shorten it"
    }
}
