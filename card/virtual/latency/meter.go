package latency

import "sync"

// Sum is what a Meter has seen so far.
type Sum struct {
	Exchanges int
	Bytes     int // command and response APDUs
	Duration
}

// Meter adds exchanges up. It may be used by several goroutines.
type Meter struct {
	model Model
	mu    sync.Mutex
	sum   Sum
}

// NewMeter makes a meter; an error if the model is not valid.
func NewMeter(m Model) (*Meter, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	return &Meter{model: m}, nil
}

// Add counts one exchange and returns its own duration.
func (m *Meter) Add(e Exchange) Duration {
	d := m.model.Duration(e)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum.Exchanges++
	m.sum.Bytes += e.CommandLength + e.ResponseLength
	m.sum.Reader += d.Reader
	m.sum.Radio += d.Radio
	m.sum.Chip += d.Chip
	return d
}

// Sum returns what was added since the last Reset.
func (m *Meter) Sum() Sum {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sum
}

// Reset sets the sum to zero.
func (m *Meter) Reset() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sum = Sum{}
}
