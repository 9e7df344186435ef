package training

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cientro/app/messages"
	course "cientro/app/training"
	"cientro/ui/widgets"
)

// exercisesPart is what a trainer does with a class.
type exercisesPart struct {
	p      *presenter
	object fyne.CanvasObject
	ready  map[course.Exercise]*widgets.Text
	begin  map[course.Exercise]*widgets.Button
}

func newExercisesPart(v *Page) *exercisesPart {
	e := &exercisesPart{p: v.p, ready: map[course.Exercise]*widgets.Text{}, begin: map[course.Exercise]*widgets.Button{}}
	all := widgets.Column(14, widgets.Close(widgets.Paragraph(v.p.text("training.exercises.lead"))))
	for _, name := range course.Exercises() {
		all.Add(e.exercise(v, name))
	}
	e.object = all
	return e
}

func (e *exercisesPart) exercise(v *Page, name course.Exercise) fyne.CanvasObject {
	key := "training.exercise." + string(name)
	steps := widgets.Column(2)
	for n := 1; n <= course.ExerciseSteps; n++ {
		steps.Add(widgets.Paragraph(e.p.step(key, n)))
	}
	e.ready[name] = widgets.Strong(e.p.text("training.exercise.prepared"))
	e.begin[name] = widgets.NewButton(e.p.text("training.exercise.prepare"), widget.MediumImportance,
		v.act(func() { e.p.prepare(name) }))
	return widgets.Card(
		widgets.Close(widgets.Column(2, widgets.Subheading(e.p.text(key+".title")), widgets.Paragraph(e.p.text(key+".goal")))),
		widgets.Close(steps),
		widgets.Close(e.ready[name]),
		widgets.Actions(nil, e.begin[name]),
	)
}

// step is a numbered sentence of an exercise.
func (p *presenter) step(key string, number int) string {
	keys := []string{".step.1", ".step.2", ".step.3", ".step.4"}
	return p.words.Text("training.exercise.step", messages.Values{"Number": number, "Text": p.text(key + keys[number-1])})
}

func (e *exercisesPart) refresh() {
	for name, label := range e.ready {
		show(label, e.p.ready == name)
	}
	e.object.Refresh()
}
