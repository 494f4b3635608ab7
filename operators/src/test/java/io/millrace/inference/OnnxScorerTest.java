package io.millrace.inference;

class OnnxScorerTest extends ScorerContract {

    @Override
    Scorer load() {
        return Models.load("classes");
    }
}
