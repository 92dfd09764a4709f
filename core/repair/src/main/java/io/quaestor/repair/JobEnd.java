package io.quaestor.repair;

import io.quaestor.spi.datastore.JobOutcome;

/// What came of a job, and why.
sealed interface JobEnd {

    String reason();

    JobOutcome outcome();

    /// It is done, or there was nothing to do.
    record Done(String reason) implements JobEnd {
        @Override
        public JobOutcome outcome() {
            return JobOutcome.COMPLETED;
        }
    }

    /// It went wrong, and is tried again as long as attempts are left.
    record Failed(String reason) implements JobEnd {
        @Override
        public JobOutcome outcome() {
            return JobOutcome.FAILED;
        }
    }

    /// It cannot be done now, through no fault of its own. It is given back after a rest.
    record NotNow(String reason) implements JobEnd {
        @Override
        public JobOutcome outcome() {
            return JobOutcome.HANDED_BACK;
        }
    }

    /// This proxy is not the one to do it, or it must be begun again soon: it is given back at once.
    record HandedBack(String reason) implements JobEnd {
        @Override
        public JobOutcome outcome() {
            return JobOutcome.HANDED_BACK;
        }
    }

    /// It can never be done, or must not be.
    record Dropped(String reason) implements JobEnd {
        @Override
        public JobOutcome outcome() {
            return JobOutcome.DROPPED;
        }
    }
}
